// What we write beside each refund that we ask Square for: by it we know our own again, also before we have heard the answer.

/** At most 192 characters, as Square wants it. */
export function refundReason(orderId: string): string {
  return `Refund of order ${orderId}`;
}

/** Whether we wrote it, and not somebody at Square's own desk. */
export function isOurReason(reason: string | null | undefined): boolean {
  return /^Refund of order [0-9a-f-]{36}$/.test(reason ?? '');
}

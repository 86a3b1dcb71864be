// The option of every command that is about one shop.

export const inStore = ['--store <slug>', 'which shop; the first one if left out'] as const;

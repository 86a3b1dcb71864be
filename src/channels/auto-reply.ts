// Recognises a phone that answers for its owner: replying to it starts a conversation of two machines.

const AUTO_REPLIES: readonly RegExp[] = [
  /\bdo not disturb while driving\b/,
  /\b(?:driving|sleep|work|personal) focus\b.*\b(?:turned )?on\b/,
  /^i(?:'| a)?m (?:currently )?driving\b/,
  /\bi(?:'| wi)ll (?:see|get|read) your message (?:when|once|after)\b/,
  /\b(?:auto(?:matic|mated)?[ -]?(?:reply|response|message|responder))\b/,
  /^\[?(?:auto|ooo)\]?[:\s-].*\b(?:away|driving|back|reply)\b/,
  /\bout of (?:the )?office\b.*\b(?:until|back|return)/,
  /\b(?:can't|cannot|can not) (?:talk|text|answer) right now\b.*\b(?:later|driving|meeting|back)\b/,
];

/** "Automatic reply: …", "[Auto] …" */
const LABEL =
  /^[[(]?(?:auto(?:matic|mated)?(?:[ -]?(?:reply|response|message|responder))?|ooo|out of office)(?:\]|\)|:)/;

/** True where a text begins with the label of a phone or a program that answers by itself. */
export function isLabelledAutomatic(text: string): boolean {
  return LABEL.test(plain(text));
}

/** True for "I'm driving", "out of office until…" and their kin. */
export function isAutoReply(text: string): boolean {
  const said = plain(text);
  return AUTO_REPLIES.some((pattern) => pattern.test(said));
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[‘’]/g, "'").replace(/\s+/g, ' ').trim();
}

/** A backup cannot be made or read; the message is for the person at the terminal, and nothing was changed. */
export class BackupRefused extends Error {
  override readonly name = 'BackupRefused';
}

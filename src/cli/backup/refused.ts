/** A backup cannot be made or read; the message is for the person at the terminal, and nothing was changed. */
export class BackupRefused extends Error {
  override readonly name = 'BackupRefused';
}

/** The file is a backup, but not as it was written. */
export function damaged(file: string): BackupRefused {
  return new BackupRefused(
    `${file} is cut off or was changed since it was written. Nothing was restored; take another backup.`,
  );
}

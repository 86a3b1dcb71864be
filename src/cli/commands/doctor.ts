// `marty doctor`: is everything that Marty needs there, and what is to be done where it is not?
import { environment } from '../config.ts';
import { examine, isCalled, isWrong } from '../doctor/doctor.ts';
import { freeBytes } from '../doctor/ground.ts';
import { reportOf } from '../doctor/report.ts';
import { UsageError } from '../plain-errors.ts';

const PATIENCE_MS = 10_000;

/**
 * Prints a line for each part, or JSON; the exit code is 1 where anything is wrong. @throws UsageError where nothing is called so
 * @param only the parts that begin so
 */
export async function runDoctor(only: string | undefined, { json }: { json?: boolean }): Promise<void> {
  const nodeVersion = process.versions.node;
  const findings = await examine({
    env: environment(),
    nodeVersion,
    now: Date.now,
    freeBytes,
    patienceMs: PATIENCE_MS,
    ...(only && { only }),
  });
  if (only && !isWrong(findings) && !findings.some(({ part }) => isCalled(part, only)))
    throw new UsageError(`There is no part "${only}". \`marty doctor\` names every part at the beginning of its line.`);
  const inColour = process.stdout.isTTY && process.stdout.hasColors() && !process.env['NO_COLOR'];
  console.log(json ? JSON.stringify({ wrong: isWrong(findings), findings }, null, 2) : reportOf(findings, inColour));
  if (isWrong(findings)) process.exitCode = 1;
}

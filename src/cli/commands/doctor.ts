// `marty doctor`: is everything that Marty needs there, and what is to be done where it is not?
import { environment } from '../config.ts';
import { examine, isWrong } from '../doctor/doctor.ts';
import { freeBytes } from '../doctor/ground.ts';
import { reportOf } from '../doctor/report.ts';

const PATIENCE_MS = 10_000;

/** Prints a line for each part, or JSON; the exit code is 1 where anything is wrong. @param only the parts that begin so */
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
  const inColour = process.stdout.isTTY && process.stdout.hasColors() && !process.env['NO_COLOR'];
  console.log(json ? JSON.stringify({ wrong: isWrong(findings), findings }, null, 2) : reportOf(findings, inColour));
  if (isWrong(findings)) process.exitCode = 1;
}

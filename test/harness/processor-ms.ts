/** What this process has had of the cores so far (ms): on a busy machine a clock would count what others take. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

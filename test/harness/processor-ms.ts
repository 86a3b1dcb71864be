/** What this process has had of the cores so far (ms): on a busy machine a clock would count what others take. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** What `work` costs (ms), the least of three times: what the process clears away meanwhile is none of it. */
export function leastMs(work: () => void): number {
  const costs = [1, 2, 3].map(() => {
    const before = processorMs();
    work();
    return processorMs() - before;
  });
  return Math.min(...costs);
}

// Whether what a process holds grows: a line through its samples, by least squares. The first third warms up and does not count.

export type Sample = { minute: number; rss: number; heap: number };

/** `share`: the growth along the line, of the mean, over the samples that count. */
export function growthOf(
  samples: readonly Sample[],
  pick: (sample: Sample) => number,
): { meanBytes: number; bytesAnHour: number; share: number } {
  const counted = samples.slice(Math.floor(samples.length / 3));
  const mean = (value: (sample: Sample) => number) =>
    counted.reduce((sum, sample) => sum + value(sample), 0) / counted.length;
  const [meanMinute, meanBytes] = [mean(({ minute }) => minute), mean(pick)];
  const covariance = mean((sample) => (sample.minute - meanMinute) * (pick(sample) - meanBytes));
  const variance = mean((sample) => (sample.minute - meanMinute) ** 2);
  const bytesAMinute = variance === 0 ? 0 : covariance / variance;
  const minutes = (counted.at(-1)?.minute ?? 0) - (counted[0]?.minute ?? 0);
  return { meanBytes, bytesAnHour: bytesAMinute * 60, share: (bytesAMinute * minutes) / meanBytes };
}

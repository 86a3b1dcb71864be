// Light, dark, or as the device has it: the only thing that the console keeps in the browser.
const KEY = 'marty.theme';
const themes = ['auto', 'light', 'dark'] as const;

export function applyTheme(): void {
  const theme = themes.find((one) => one === localStorage.getItem(KEY)) ?? 'auto';
  document.documentElement.setAttribute('data-theme', theme);
}

export function cycleTheme(): void {
  const now = themes.findIndex((one) => one === localStorage.getItem(KEY));
  const next = themes[(Math.max(now, 0) + 1) % themes.length] ?? 'auto';
  localStorage.setItem(KEY, next);
  applyTheme();
}

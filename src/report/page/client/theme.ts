/** Of the page's script: the switch between light and dark. It begins with what the reader's system asks for. */
/// <reference lib="dom" />

/** Whoever draws with the page's colours listens to the event `theme` of the document. */
export function startTheme(): void {
  const button = document.getElementById('theme') as HTMLButtonElement;
  const show = (isDark: boolean): void => {
    document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
    button.setAttribute('aria-pressed', String(isDark));
    document.dispatchEvent(new CustomEvent('theme'));
  };
  const system = matchMedia('(prefers-color-scheme: dark)');
  show(system.matches);
  system.addEventListener('change', () => show(system.matches));
  button.addEventListener('click', () => show(document.documentElement.dataset.theme !== 'dark'));
}

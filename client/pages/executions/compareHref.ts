/** The page that holds run `b` against run `a`. */
export const compareHref = (a: string, b: string): string => `/runs/compare?a=${a}&b=${b}`;

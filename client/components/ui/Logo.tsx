/** The mark: two lines of work that cross and go on. */
export function Logo({ size = 24 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden>
      <rect width="32" height="32" rx="8" fill="var(--accent)" />
      <path
        d="M9 10.5h3.2c5.6 0 2 11 7.6 11H23M9 21.5h3.2c1.6 0 2.5-.9 3.1-2.2M16.7 12.7c.6-1.3 1.5-2.2 3.1-2.2H23"
        fill="none"
        stroke="var(--on-accent)"
        strokeWidth="2.2"
        strokeLinecap="round"
      />
      <g fill="var(--on-accent)">
        <circle cx="8.5" cy="10.5" r="2.4" />
        <circle cx="8.5" cy="21.5" r="2.4" />
        <circle cx="23.5" cy="10.5" r="2.4" />
        <circle cx="23.5" cy="21.5" r="2.4" />
      </g>
    </svg>
  );
}

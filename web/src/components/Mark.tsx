/** The seedling that stands for DreamSeed. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect className="mark-ground" width="32" height="32" rx="9" />
      <path className="mark-stem" d="M16 27V15" />
      <path className="mark-leaf" d="M16 17.5C16 11.5 11.8 8 5.6 8 5.6 14 9.6 17.5 16 17.5Z" />
      <path className="mark-dawn" d="M16 14.5C16 8.6 20 5 26.4 5 26.4 11 22.3 14.5 16 14.5Z" />
    </svg>
  );
}

/** The key that chooses the option: A for the first, B for the second, … */
export function OptionLetter({ index }: { index: number }) {
  return (
    <span className="option-letter" aria-hidden="true">
      {String.fromCharCode("A".charCodeAt(0) + index)}
    </span>
  );
}

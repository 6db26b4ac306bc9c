import { useProblemText } from "../components/useProblemText";

/** What went wrong with a form, in words, above its fields. */
export function ProblemNote({ error }: { error: unknown }) {
  const text = useProblemText(error);
  return (
    <p className="callout callout-alarm" role="alert">
      {text}
    </p>
  );
}

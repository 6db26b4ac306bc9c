import { useEffect, useEffectEvent, useState } from "react";

import { Field, type FieldProps } from "./Field";

const PAUSE_MS = 250;

type SearchFieldProps = Pick<FieldProps, "label" | "hint"> & {
  value: string;
  /** The id of a `datalist` with what is offered while one types. */
  list?: string;
  onSearch: (text: string) => void;
};

/** A field that searches while one types: `onSearch` is called when the typing pauses, and at once with Enter. */
export function SearchField({ label, hint, value, list, onSearch }: SearchFieldProps) {
  const [text, setText] = useState(value);
  const [searched, setSearched] = useState(value);
  if (searched !== value) {
    // What is searched for was changed elsewhere: by the Back button, say.
    setSearched(value);
    setText(value);
  }
  const search = useEffectEvent((wanted: string) => {
    if (wanted.trim() === value) return;
    setSearched(wanted.trim());
    onSearch(wanted.trim());
  });
  useEffect(() => {
    const pause = setTimeout(() => search(text), PAUSE_MS);
    return () => clearTimeout(pause);
  }, [text]);
  return (
    <Field label={label} hint={hint}>
      {(wiring) => (
        <input
          {...wiring}
          type="search"
          list={list}
          autoComplete="off"
          maxLength={100}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      )}
    </Field>
  );
}

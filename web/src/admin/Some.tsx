import { useState, type ReactNode } from "react";

import { ShowMore } from "../components/ShowMore";

const ROWS_AT_ONCE = 50;

/** As many rows of a list that is here already as one can look through, and a button for more. */
export function Some<Row>({ rows, children }: { rows: Row[]; children: (rows: Row[]) => ReactNode }) {
  const [wanted, setWanted] = useState(ROWS_AT_ONCE);
  const shown = rows.slice(0, wanted);
  return (
    <>
      {children(shown)}
      {rows.length > ROWS_AT_ONCE && (
        <ShowMore
          shown={shown.length}
          hasMore={shown.length < rows.length}
          isBusy={false}
          onMore={() => setWanted(wanted + ROWS_AT_ONCE)}
        />
      )}
    </>
  );
}

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { PersonName } from "../admin/PersonName";
import { peopleFoundQuery } from "../admin/queries";
import type { Person } from "../api/contract";
import { Menu } from "../components/Menu";
import { SearchField } from "../components/SearchField";
import { Failure } from "../components/States";
import { useToast } from "../components/useToast";
import { EraseDialog } from "./EraseDialog";
import { useAskForExport } from "./Exports";
import { PlaceHold } from "./PlaceHold";
import type { Subject } from "../family/OwnDataPage";

type Wish = { what: "erase" | "hold"; subject: Subject };
type AskProps = { onAsked: (what: "exports" | "erasures" | "holds") => void };

/** Finds people, and asks in their place for a copy of their data, for their erasure, or that they are not erased. */
export function AskForSomebody({ onAsked }: AskProps) {
  const { t } = useTranslation("privacy");
  const [search, setSearch] = useState("");
  const [wish, setWish] = useState<Wish | null>(null);
  const found = useQuery(peopleFoundQuery(search, ""));
  const people = search === "" ? [] : (found.data?.items ?? []);
  const close = () => setWish(null);
  return (
    <section aria-labelledby="requests-ask" className="card">
      <h2 id="requests-ask">{t("requests.ask")}</h2>
      <SearchField label={t("requests.search")} hint={t("requests.searchHint")} value={search} onSearch={setSearch} />
      {found.isError && <Failure error={found.error} onRetry={() => void found.refetch()} />}
      <p role="status" className="hint">
        {search !== "" && found.data && t("requests.found", { count: people.length })}
      </p>
      {people.length > 0 && (
        <ul className="people-found">
          {people.map((person) => (
            <Found key={person.id} person={person} onWish={setWish} onAsked={onAsked} />
          ))}
        </ul>
      )}
      {wish?.what === "erase" && (
        <EraseDialog subject={wish.subject} onAsked={() => onAsked("erasures")} onClose={close} />
      )}
      {wish?.what === "hold" && (
        <PlaceHold subject={wish.subject} onPlaced={() => onAsked("holds")} onClose={close} />
      )}
    </section>
  );
}

type FoundProps = AskProps & { person: Person; onWish: (wish: Wish) => void };

function Found({ person, onWish, onAsked }: FoundProps) {
  const { t } = useTranslation("privacy");
  const { show } = useToast();
  const ask = useAskForExport();
  const subject = { id: person.id, name: person.full_name, isMe: false };
  const askForCopy = () =>
    ask.mutate(person.id, {
      onSuccess: () => {
        show({ text: t("requests.exportAsked", { name: person.full_name }), tone: "good" });
        onAsked("exports");
      },
    });
  return (
    <li>
      <span>
        <PersonName person={person} /> <span className="hint">{person.email}</span>
      </span>
      <Menu
        label={t("requests.choose")}
        hiddenLabel={t("requests.chooseFor", { name: person.full_name })}
        actions={[
          { key: "export", text: t("requests.export"), onChoose: askForCopy },
          { key: "hold", text: t("requests.hold"), onChoose: () => onWish({ what: "hold", subject }) },
          { key: "erase", text: t("requests.erase"), isDangerous: true, onChoose: () => onWish({ what: "erase", subject }) },
        ]}
      />
      {ask.error !== null && <Failure error={ask.error} />}
    </li>
  );
}

import { useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { OwnDataPage, type Subject } from "../family/OwnDataPage";
import { Disclosures } from "./Disclosures";

/** To whom one's own records were disclosed, or those of a learner whose guardian one is. */
export function OwnDisclosuresPage() {
  const { t } = useTranslation("audit");
  const { of } = useSearch({ from: "/signed-in/settings/disclosures" });
  return (
    <OwnDataPage title={t("own.title")} lead={t("own.lead")} address="/settings/disclosures" of={of} isForGuardians={false}>
      {(subject) => <Own subject={subject} />}
    </OwnDataPage>
  );
}

function Own({ subject }: { subject: Subject }) {
  const { t } = useTranslation("audit");
  const title = subject.isMe ? t("own.mine") : subject.name;
  return (
    <section aria-labelledby="own-disclosures">
      <h2 id="own-disclosures">{title}</h2>
      <Disclosures key={subject.id} learnerId={subject.id} title={title} />
    </section>
  );
}

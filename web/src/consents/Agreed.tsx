import { useTranslation } from "react-i18next";

import type { ConsentRequest } from "./queries";

/** To what a guardian has agreed, by the titles that they read. */
export function Agreed({ request }: { request: ConsentRequest }) {
  const { t } = useTranslation("consents");
  if (request.agreed.length === 0) return null;
  const titles = request.purposes.filter(({ purpose }) => request.agreed.includes(purpose));
  return (
    <div>
      <h2>{t("guardian.agreedTo")}</h2>
      <ul lang={request.language}>
        {titles.map(({ purpose, title }) => (
          <li key={purpose}>{title}</li>
        ))}
      </ul>
    </div>
  );
}

import { useEffect, useEffectEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import type { Session } from "../api/contract";
import { extensionBetween, warningBetween } from "./timeWarnings";
import { useSecondsLeft } from "./useDeadline";

const WARNING_SHOWN_MS = 20_000;

/**
 * The time left in a test that has a limit: minutes, then seconds in the last minute. Five minutes and one minute before
 * the end, and whenever the deadline is moved, it says so to the eye and, without interrupting, to the ear.
 */
export function TimeLeft({ session }: { session: Session }) {
  const { t } = useTranslation("learner");
  const secondsLeft = useSecondsLeft(session);
  const minutes = Math.round(secondsLeft / 60);
  const time =
    secondsLeft >= 60 ? t("player.clockMinutes", { count: minutes }) : t("player.clockSeconds", { count: secondsLeft });
  const notice = useNotice(session.expires_at, secondsLeft);
  return (
    <>
      <p className="clock" data-urgent={secondsLeft <= 60 || undefined}>
        {t("player.clock", { time })}
      </p>
      <div className="time-notice" role="status">
        {notice?.kind === "extended" && <p>{t("player.extended", { time: notice.time })}</p>}
        {notice?.kind === "warning" && <p>{t("player.warning", { count: notice.minutes })}</p>}
      </div>
    </>
  );
}

type Notice = { kind: "warning"; minutes: number } | { kind: "extended"; time: string };

/** What there is to say about the time just now; it goes away by itself. */
function useNotice(expiresAt: string, secondsLeft: number): Notice | null {
  const { t } = useTranslation("learner");
  const [notice, setNotice] = useState<Notice | null>(null);
  const before = useRef({ expiresAt, secondsLeft });
  const look = useEffectEvent(() => {
    const { expiresAt: deadline, secondsLeft: seconds } = before.current;
    before.current = { expiresAt, secondsLeft };
    if (extensionBetween(deadline, expiresAt) > 0) {
      setNotice({ kind: "extended", time: t("player.clockMinutes", { count: Math.round(secondsLeft / 60) }) });
      return;
    }
    const minutes = warningBetween(seconds, secondsLeft);
    if (minutes !== null) setNotice({ kind: "warning", minutes });
  });
  useEffect(() => look(), [expiresAt, secondsLeft]);
  useEffect(() => {
    if (notice === null) return;
    const timer = setTimeout(() => setNotice(null), WARNING_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [notice]);
  return notice;
}

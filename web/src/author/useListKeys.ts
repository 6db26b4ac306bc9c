import { useEffect, useEffectEvent, type RefObject } from "react";

/**
 * While mounted: «/» leads to the search field of the list, the arrow keys lead from one row's link to the next.
 * Whoever writes, or chooses from a list, keeps these keys.
 */
export function useListKeys(list: RefObject<HTMLElement | null>): void {
  const handle = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (document.querySelector("dialog[open]")) return;
    const search = list.current?.querySelector<HTMLInputElement>("input[type=search]");
    if (event.key === "/" && !isTyping(event.target)) {
      event.preventDefault();
      search?.focus();
      search?.select();
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const links = Array.from(list.current?.querySelectorAll<HTMLElement>("tbody th a") ?? []);
      const stops = search ? [search, ...links] : links;
      const at = stops.findIndex((stop) => stop === document.activeElement);
      const target = at < 0 ? undefined : stops[at + (event.key === "ArrowDown" ? 1 : -1)];
      if (target === undefined) return;
      event.preventDefault();
      target.focus();
    }
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => handle(event);
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("select, textarea, input:not([type=radio], [type=checkbox])") !== null;
}

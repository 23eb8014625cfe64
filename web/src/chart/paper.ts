// What a painted chart takes from the theme.
import { useMemo } from "react";
import { useDark } from "../theme";

export interface Paper {
  dark: boolean;
  card: string;
  ink: string;
  soft: string;
  line: string;
  bad: string;
  warn: string;
  brand: string;
  font: string;
}

/** Colours of styles.css as a canvas takes them: a probe resolves light-dark() and variables. */
function resolved(variable: string): string {
  const probe = document.createElement("span");
  probe.hidden = true;
  probe.style.color = `var(${variable})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

export function usePaper(): Paper {
  const dark = useDark();
  return useMemo(
    () => ({
      dark,
      card: resolved("--color-card"),
      ink: resolved("--color-ink"),
      soft: resolved("--color-soft"),
      line: resolved("--color-line"),
      bad: resolved("--color-bad"),
      warn: resolved("--color-warn"),
      brand: resolved("--color-brand"),
      font: getComputedStyle(document.body).fontFamily,
    }),
    [dark],
  );
}

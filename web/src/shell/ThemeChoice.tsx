import { useState } from "react";
import { applyTheme, savedTheme, type Theme } from "../theme";

export function ThemeChoice() {
  const [theme, setTheme] = useState<Theme>(savedTheme);
  return (
    <label>
      <span className="sr-only">Colours</span>
      <select
        className="field"
        value={theme}
        onChange={(event) => {
          const chosen = event.target.value as Theme;
          setTheme(chosen);
          applyTheme(chosen);
        }}
      >
        <option value="system">System</option>
        <option value="light">Light</option>
        <option value="dark">Dark</option>
      </select>
    </label>
  );
}

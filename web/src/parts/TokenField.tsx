import { setToken, useToken } from "../api/token";

/** Where people say who they are, for what not everybody may do; the token stays in this tab's memory. */
export function TokenField({ hint }: { hint: string }) {
  const token = useToken();
  return (
    <label
      className="flex items-center gap-1.5"
      title="The token that belongs to your name in mitigation.people. It is kept until this page is left."
    >
      <span className="text-soft">Your token</span>
      <input
        type="password"
        className="field w-36"
        autoComplete="off"
        value={token}
        placeholder={hint}
        onChange={(event) => setToken(event.target.value)}
      />
    </label>
  );
}

// Numbers as people read them: three digits, a unit, never a bare number.

const STEPS: [number, string][] = [
  [1e15, "P"],
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
];

/** Three significant digits: 6.8 -> "6.8", 1234 -> "1,234" is not for here. */
function threeDigits(value: number): string {
  if (value >= 100) return value.toFixed(0);
  if (value >= 10) return value.toFixed(1).replace(/\.0$/, "");
  return value.toFixed(2).replace(/\.?0+$/, "");
}

/** [number, prefix], e.g. 6800000000 -> ["6.8", "G"]. */
export function scaled(value: number): [string, string] {
  for (const [step, prefix] of STEPS) {
    // 999.6 would be shown as 1000.
    if (value >= step * 0.9995) return [threeDigits(value / step), prefix];
  }
  return [threeDigits(value), ""];
}

/** "6.8 Gbit/s". */
export function bitsPerSecond(value: number): string {
  const [number, prefix] = scaled(value);
  return `${number} ${prefix}bit/s`;
}

/** "12.3 k"; with a unit: "12.3 kflows/s" reads badly, so counts keep the prefix at the number. */
export function count(value: number): string {
  const [number, prefix] = scaled(value);
  return prefix ? `${number} ${prefix}` : number;
}

/** "1,234,567". */
export function grouped(value: number): string {
  return Math.round(value).toLocaleString("en-GB");
}

/** "37 %", "<1 %". */
export function percent(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 1) return "<1 %";
  return `${Math.round(value)} %`;
}

/** "4 s", "12 min", "3 h", "5 days". */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86400)} days`;
}

/** "14:05", or with seconds "14:05:30", in the reader's own time zone. */
export function clock(time: number, seconds = false): string {
  return new Date(time).toLocaleTimeString("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    ...(seconds ? { second: "2-digit" } : {}),
  });
}

/** "12.3 kpackets/s" reads badly: the prefix stays at the number, "12.3 k packets/s". */
export function perSecond(value: number, unit: string): string {
  return `${count(value)} ${unit}/s`;
}

/** Octets in powers of ten, as links and disks are sold: "6.8 GB". */
export function octets(value: number): string {
  const [number, prefix] = scaled(value);
  return `${number} ${prefix}B`;
}

/** "37.4 %" for tables, where rows are compared: one digit below ten. */
export function finePercent(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 0.05) return "<0.1 %";
  return `${value >= 99.95 || value === 0 ? value.toFixed(0) : value.toFixed(1)} %`;
}

/** "+12 %", "-3 %", "new" where there was nothing before. */
export function change(now: number, before: number): string {
  if (before === 0) return now === 0 ? "0 %" : "new";
  const value = Math.round(((now - before) / before) * 100);
  if (value > 999) return `${count(now / before)} times`;
  return `${value > 0 ? "+" : value < 0 ? "\u2212" : ""}${Math.abs(value)} %`;
}

import { areaPath, linePath } from "../parts/scale";

interface Props {
  values: readonly (number | null)[];
  /** What it shows, with figures, for those who do not see it; "" where the figures stand beside it. */
  label: string;
  width?: number;
  height?: number;
  colour?: string;
}

/** A line the size of a word. */
export function Sparkline({ values, label, width = 90, height = 20, colour = "var(--color-brand)" }: Props) {
  const most = Math.max(1e-9, ...values.map((value) => value ?? 0));
  const points = values.map((value, i) => ({
    x: (i / Math.max(1, values.length - 1)) * width,
    y: height - 1 - ((value ?? 0) / most) * (height - 2),
  }));
  const hidden = label === "";
  return (
    <svg width={width} height={height} className="inline-block align-middle" role="img" aria-hidden={hidden}>
      <title>{hidden ? "line" : label}</title>
      <path d={areaPath(points, height)} fill={colour} opacity={0.18} />
      <path d={linePath(points)} fill="none" stroke={colour} strokeWidth={1.25} />
    </svg>
  );
}

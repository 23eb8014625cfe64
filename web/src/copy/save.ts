/** Hands the reader a file. */
export function saveFile(name: string, type: string, content: BlobPart): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** "weir-explore-20261123T1200.csv". */
export function fileName(what: string, end: string, now = Date.now()): string {
  return `weir-${what}-${new Date(now).toISOString().slice(0, 16).replace(/[-:]/g, "")}.${end}`;
}

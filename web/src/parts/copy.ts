/**
 * Copies text. Browsers give the clipboard only to pages that came over TLS or from this machine; elsewhere the text is
 * marked in the page, and false says that the reader must copy it.
 */
export async function copyText(text: string, shownIn: HTMLElement | null): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const selection = getSelection();
    if (!shownIn || !selection) return false;
    selection.selectAllChildren(shownIn);
    return false;
  }
}

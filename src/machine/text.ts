// Text of ours as bytes for the guest.

/** UTF-8. Most texts are ASCII and do not need a TextEncoder, which takes Node some 0.3 ms to load. */
export function utf8(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let n = 0; n < text.length; n++) {
    const code = text.charCodeAt(n);
    if (code > 0x7f) return new TextEncoder().encode(text);
    bytes[n] = code;
  }
  return bytes;
}

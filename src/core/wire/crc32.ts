// CRC-32 (IEEE 802.3, reflected polynomial EDB88320, as in zlib) for packets, and CRC-32C
// (Castagnoli, 82F63B78) for what lies on disk; four bytes a step.

const TABLE = makeTable(0xedb88320)
const TABLE_C = makeTable(0x82f63b78)

/** Four tables of 256 in one: the k-th is the CRC of a byte followed by k zero bytes. */
function makeTable(polynomial: number): Int32Array {
  const table = new Int32Array(1024)
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? polynomial : 0)
    table[byte] = crc
  }
  for (let i = 256; i < 1024; i++) {
    const crc = table[i - 256] ?? 0
    table[i] = (crc >>> 8) ^ (table[crc & 0xff] ?? 0)
  }
  return table
}

/** The checksum of bytes `from` … `to`−1, as a whole number in 0 … 2³²−1. */
export function crc32(bytes: Uint8Array, from = 0, to: number = bytes.length): number {
  return checksum(TABLE, bytes, { from, to })
}

/** The same with Castagnoli's polynomial, which finds more errors in longer records. */
export function crc32c(bytes: Uint8Array, from = 0, to: number = bytes.length): number {
  return checksum(TABLE_C, bytes, { from, to })
}

interface Span {
  readonly from: number
  readonly to: number
}

function checksum(table: Int32Array, bytes: Uint8Array, { from, to }: Span): number {
  let crc = -1
  let at = from
  for (; at + 4 <= to; at += 4) {
    crc ^=
      (bytes[at] ?? 0) |
      ((bytes[at + 1] ?? 0) << 8) |
      ((bytes[at + 2] ?? 0) << 16) |
      ((bytes[at + 3] ?? 0) << 24)
    crc =
      (table[768 + (crc & 0xff)] ?? 0) ^
      (table[512 + ((crc >>> 8) & 0xff)] ?? 0) ^
      (table[256 + ((crc >>> 16) & 0xff)] ?? 0) ^
      (table[crc >>> 24] ?? 0)
  }
  for (; at < to; at++) crc = (crc >>> 8) ^ (table[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0)
  return ~crc >>> 0
}

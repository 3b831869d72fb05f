// Compresses each named file of a folder and prints the first 12 hex digits of its SHA-256, a line a file.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'

const [folder, ...names] = process.argv.slice(2)
for (const name of names) {
  const bytes = readFileSync(join(folder, name))
  writeFileSync(join(folder, `${name}.gz`), gzipSync(bytes, { level: 9 }))
  writeFileSync(join(folder, `${name}.br`), brotliCompressSync(bytes))
  console.log(createHash('sha256').update(bytes).digest('hex').slice(0, 12))
}

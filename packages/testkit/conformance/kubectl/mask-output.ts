import type { Normalizer } from '../normalize.ts'

/** `Sat, 21 Nov 2026 20:16:40 +0000` */
const longTime = /\b[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} [+-]\d{4}\b/g
const version = /(\bresourceVersion"?: ?)"\d+"/g
const address = /\b127\.0\.0\.1:\d+/g
/** Of a diff, a file that is edited: in a folder of its own each time. */
const temporary = /\/tmp\/[\w.-]+/g
/** `klog`: `E1121 20:16:40.123456   12345 memcache.go:265]` */
const logHead = /^[EWI]\d{4} \d{2}:\d{2}:\d{2}\.\d+ +\d+ [\w.]+:\d+\]/
/** Of a volume that the server adds to a pod. */
const generatedVolume = /\bkube-api-access-[a-z0-9]{5}\b/g
/** A word of its own: `3s`, `2m5s`. */
const age = /(?<=^|\s|\()(?:\d+[ydhms]){1,2}(?=$|\s|\))/g
/** Columns are as wide as what is in them. */
const columnGap = /(?<=\S) {2,}/g

/** The lines of a text that kubectl printed, without what differs from run to run: see Normalizer; ages and the space between columns too. */
export const maskedLines = (text: string, normalizer: Normalizer, mask?: RegExp): string[] =>
  text === ''
    ? []
    : normalizer
        .text(mask === undefined ? text : text.replaceAll(mask, '<masked>'))
        .replace(longTime, '<long time>')
        .replace(version, '$1"<version>"')
        .replace(address, '127.0.0.1:<port>')
        .replace(generatedVolume, 'kube-api-access-*')
        .replace(temporary, '<temporary>')
        .replace(/\n$/, '')
        .split('\n')
        .map((line) =>
          line.replace(logHead, '<log>').replace(age, '<age>').replace(columnGap, '  ').trimEnd(),
        )

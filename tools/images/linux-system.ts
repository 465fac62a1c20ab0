import { existsSync, lstatSync, readFileSync, readlinkSync } from 'node:fs'
import path from 'node:path'
import { readElf, type Elf } from './elf.ts'

/** A library as a system has it. */
export interface SystemLibrary {
  /** Where its loader finds it: `/lib/x86_64-linux-gnu/libc.so.6`. */
  readonly path: string
  /** The file that this leads to, in the system: `/usr/lib/x86_64-linux-gnu/libc.so.6`. */
  readonly realPath: string
  readonly content: Buffer
}

/** A Linux system in a folder: this machine's own in `/`, or another one, perhaps of another machine, that is never run. */
export class LinuxSystem {
  readonly folder: string

  constructor(folder: string) {
    this.folder = folder
  }

  /** The file's bytes; undefined: there is none. Links lead to where they lead in this system. */
  read(file: string): Buffer | undefined {
    const real = this.realPath(file)
    return real === undefined ? undefined : readFileSync(this.#here(real))
  }

  /** The path without links; undefined: nothing is there. */
  realPath(file: string): string | undefined {
    let done = '/'
    let rest = file.split('/').filter((part) => part !== '')
    for (let links = 0; rest.length > 0;) {
      const [part = '', ...others] = rest
      const next = path.join(done, part)
      if (!existsSync(this.#here(next)) && !isLink(this.#here(next))) return undefined
      if (!isLink(this.#here(next))) {
        done = next
        rest = others
        continue
      }
      links += 1
      if (links > mostLinks) throw new Error(`${this.#here(file)}: too many links`)
      const target = readlinkSync(this.#here(next))
      if (path.isAbsolute(target)) done = '/'
      rest = [...target.split('/').filter((each) => each !== ''), ...others]
    }
    return done
  }

  /**
   * All that a program needs to start: its dynamic loader, its libraries, and theirs.
   * @throws Error that names what is missing.
   */
  librariesOf({ machine, interpreter, needed }: Elf): readonly SystemLibrary[] {
    const found = new Map<string, SystemLibrary>()
    const missing: string[] = []
    const add = (name: string, places: readonly string[]): void => {
      if (found.has(name)) return
      const library = this.#first(places)
      if (library === undefined) {
        missing.push(name)
        return
      }
      found.set(name, library)
      for (const next of readElf(library.content, library.path).needed)
        add(next, librariesFor(machine.triplet, next))
    }
    if (interpreter !== undefined) add(path.basename(interpreter), [interpreter])
    for (const name of needed) add(name, librariesFor(machine.triplet, name))
    if (missing.length > 0) {
      throw new Error(
        `${this.folder} has no ${missing.join(', ')} for ${machine.architecture}: expected a Linux with glibc and libstdc++, such as Debian`,
      )
    }
    return [...found.values()]
  }

  #first(places: readonly string[]): SystemLibrary | undefined {
    for (const place of places) {
      const realPath = this.realPath(place)
      if (realPath !== undefined)
        return { path: place, realPath, content: readFileSync(this.#here(realPath)) }
    }
    return undefined
  }

  #here(file: string): string {
    return path.join(this.folder, file)
  }
}

/** As many as Linux follows. */
const mostLinks = 40

/** Where a loader looks without being told: first Debian's folders, then those of others. */
const librariesFor = (triplet: string, name: string): readonly string[] =>
  [`/lib/${triplet}`, `/usr/lib/${triplet}`, '/lib64', '/usr/lib64', '/lib', '/usr/lib'].map(
    (folder) => `${folder}/${name}`,
  )

const isLink = (file: string): boolean =>
  lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() ?? false

import type { Expr, MapEntry } from './ast.ts'
import { balanced } from './balanced.ts'
import { CompileError } from './issue.ts'
import { checkSize, maxDepth, tooDeep, tooNested } from './limits.ts'
import { literalOf } from './literal-value.ts'
import { expandMacro, MacroError } from './macros.ts'
import { isStart, keywords, reserved, starts, TokenReader } from './token-reader.ts'
import type { Token } from './tokens.ts'

const relations: ReadonlySet<string> = new Set(['<', '<=', '>', '>=', '==', '!=', 'in'])
class Parser {
  readonly #text: string
  readonly #tokens: TokenReader
  #depth = 0

  constructor(text: string) {
    this.#text = text
    this.#tokens = new TokenReader(text)
  }

  parse(): Expr {
    checkSize(this.#text)
    const expr = this.#expr()
    const { kind } = this.#tokens.next
    if (kind !== 'end') {
      const isLast = this.#tokens.ahead(1)?.kind === 'end'
      this.#tokens.complain(isLast ? 'extraneous' : 'mismatched', '<EOF>')
    }
    if (this.#tokens.issues.length > 0) throw new CompileError(this.#text, this.#tokens.issues)
    return expr
  }

  #issue(at: number, message: string): Expr {
    this.#tokens.issues.push({ at, message })
    return { kind: 'literal', at, value: null }
  }

  /** Each link of `a.b.c` or of `1 + 2 + 3` is one deeper than the one before. */
  #checkChain(links: number): void {
    if (links > maxDepth) throw tooDeep(this.#text)
  }

  #expr(): Expr {
    this.#depth += 1
    if (this.#depth > maxDepth) throw tooNested(this.#text)
    const condition = this.#or()
    const op = this.#tokens.accept('?')
    const made = op === undefined ? condition : this.#conditional(op.at, condition)
    this.#depth -= 1
    return made
  }

  #conditional(at: number, condition: Expr): Expr {
    const yes = this.#or()
    this.#tokens.expect(':')
    return { kind: 'call', at, name: '_?_:_', args: [condition, yes, this.#expr()] }
  }

  #or(): Expr {
    return this.#logic('||', () => this.#logic('&&', () => this.#relation()))
  }

  #logic(sign: string, term: () => Expr): Expr {
    const terms = [term()]
    const ops: number[] = []
    for (let op = this.#tokens.accept(sign); op !== undefined; op = this.#tokens.accept(sign)) {
      ops.push(op.at)
      terms.push(term())
    }
    return balanced(`_${sign}_`, terms, ops)
  }

  #relation(): Expr {
    let left = this.#sum()
    for (;;) {
      const { kind, text, at } = this.#tokens.next
      if (!relations.has(text) || (kind !== 'sign' && kind !== 'name')) return left
      this.#tokens.advance()
      const name = text === 'in' ? '@in' : `_${text}_`
      left = { kind: 'call', at, name, args: [left, this.#sum()] }
    }
  }

  #sum(): Expr {
    return this.#arithmetic(['+', '-'], () => this.#product())
  }

  #product(): Expr {
    return this.#arithmetic(['*', '/', '%'], () => this.#unary())
  }

  #arithmetic(signs: readonly string[], term: () => Expr): Expr {
    let left = term()
    for (let links = 1; ; links++) {
      const sign = signs.find((each) => this.#tokens.is(each))
      const op = sign === undefined ? undefined : this.#tokens.accept(sign)
      if (op === undefined) return left
      this.#checkChain(links)
      left = { kind: 'call', at: op.at, name: `_${op.text}_`, args: [left, term()] }
    }
  }

  #unary(): Expr {
    const sign = this.#tokens.is('!') ? '!' : '-'
    const first = this.#tokens.next
    let count = 0
    while (this.#tokens.is(sign) && !this.#tokens.isSigned()) {
      this.#tokens.advance()
      count += 1
    }
    if (count > 0 && !isStart(this.#tokens.next)) this.#tokens.complain('extraneous', starts)
    const operand = this.#member()
    if (count % 2 === 0) return operand
    return { kind: 'call', at: first.at, name: `${sign}_`, args: [operand] }
  }

  #member(): Expr {
    let operand = this.#primary()
    for (let links = 0; ; links++) {
      this.#checkChain(links)
      const dot = this.#tokens.accept('.')
      const bracket = dot === undefined ? this.#tokens.accept('[') : undefined
      if (dot !== undefined) operand = this.#selection(operand, dot)
      else if (bracket !== undefined) {
        const isOptional = this.#tokens.accept('?') !== undefined
        const index = this.#expr()
        this.#tokens.expect(']')
        operand = {
          kind: 'call',
          at: bracket.at,
          name: isOptional ? '_[?_]' : '_[_]',
          args: [operand, index],
        }
      } else return operand
    }
  }

  #selection(operand: Expr, dot: Token): Expr {
    const isOptional = this.#tokens.accept('?') !== undefined
    const token = this.#tokens.next
    const isEscaped = token.kind === 'escaped'
    if (!isEscaped && (token.kind !== 'name' || keywords.has(token.text))) {
      this.#tokens.tell(`no viable alternative at input '.${token.kind === 'end' ? '' : token.text}'`)
      return operand
    }
    this.#tokens.advance()
    const field = isEscaped ? token.text.slice(1, -1) : token.text
    if (isOptional)
      return {
        kind: 'call',
        at: dot.at,
        name: '_?._',
        args: [operand, { kind: 'literal', at: token.at, value: field }],
      }
    const open = isEscaped ? undefined : this.#tokens.accept('(')
    if (open === undefined) return { kind: 'select', at: dot.at, operand, field, isTest: false }
    return this.#call(open.at, field, this.#list(')'), operand)
  }

  #call(at: number, name: string, args: readonly Expr[], target?: Expr): Expr {
    try {
      const expanded = expandMacro({ at, name, args, ...(target === undefined ? {} : { target }) })
      if (expanded !== undefined) return expanded
    } catch (error) {
      if (error instanceof MacroError) return this.#issue(error.at, error.message)
      throw error
    }
    return { kind: 'call', at, name, args, ...(target === undefined ? {} : { target }) }
  }

  #list(end: string): Expr[] {
    const list: Expr[] = []
    if (this.#tokens.accept(end) !== undefined) return list
    if (!isStart(this.#tokens.next)) {
      const expected = starts.replace("'(', ", "'(', ')', ")
      const isOneTooMany = this.#tokens.ahead(1)?.text === end
      if (isOneTooMany || this.#tokens.next.kind === 'end') {
        this.#tokens.complain(isOneTooMany ? 'extraneous' : 'mismatched', expected)
        if (isOneTooMany) this.#tokens.skip()
        this.#tokens.accept(end)
        return list
      }
    }
    this.#tokens.lists += 1
    do list.push(this.#expr())
    while (this.#tokens.accept(',') !== undefined)
    this.#tokens.lists -= 1
    this.#tokens.expect(end)
    return list
  }

  #primary(): Expr {
    const token = this.#tokens.next
    const { kind, at } = token
    if (kind !== 'sign' && kind !== 'name' && kind !== 'end' && kind !== 'escaped')
      return this.#literal(false)
    if (this.#tokens.isSigned()) {
      this.#tokens.advance()
      return { ...this.#literal(true), at }
    }
    if (this.#tokens.accept('(') !== undefined) {
      const inner = this.#expr()
      this.#tokens.expect(')')
      return inner
    }
    if (this.#tokens.accept('[') !== undefined) return this.#newList(at)
    if (this.#tokens.accept('{') !== undefined) return this.#newMap(at)
    const hasDot = this.#tokens.accept('.') !== undefined
    const { kind: named, text: name, at: nameAt } = this.#tokens.next
    if (named === 'name' && !hasDot && keywords.has(name) && name !== 'in') {
      this.#tokens.advance()
      return { kind: 'literal', at, value: name === 'null' ? null : name === 'true' }
    }
    if (named !== 'name' || keywords.has(name)) return this.#noExpression()
    this.#tokens.advance()
    const isReserved = reserved.has(name)
    const open = this.#tokens.accept('(')
    const args = open === undefined ? undefined : this.#list(')')
    if (isReserved) return this.#issue(at, `reserved identifier: ${name}`)
    if (open !== undefined && args !== undefined) return this.#call(open.at, name, args)
    const struct = this.#newStruct(name)
    return struct ?? { kind: 'ident', at: nameAt, name }
  }

  /** Where an expression has to begin and does not: one token too many is left out. */
  #noExpression(): Expr {
    const { at, kind } = this.#tokens.next
    const after = this.#tokens.ahead(1)
    if (kind !== 'end' && after !== undefined && isStart(after)) {
      this.#tokens.complain('extraneous', starts)
      this.#tokens.skip()
      return this.#primary()
    }
    this.#tokens.complain('mismatched', starts)
    return { kind: 'literal', at, value: null }
  }

  #literal(isNegative: boolean): Expr {
    const token = this.#tokens.next
    this.#tokens.advance()
    const found = literalOf(token, isNegative)
    if ('problem' in found) return this.#issue(token.at, found.problem)
    return { kind: 'literal', at: token.at, value: found.value }
  }

  #newList(at: number): Expr {
    const elements: Expr[] = []
    const optional = new Set<number>()
    let hasComma = false
    this.#tokens.lists += 1
    while (isStart(this.#tokens.next) || this.#tokens.is('?')) {
      if (this.#tokens.accept('?') !== undefined) optional.add(elements.length)
      elements.push(this.#expr())
      hasComma = this.#tokens.accept(',') !== undefined
      if (!hasComma) break
    }
    this.#tokens.lists -= 1
    this.#tokens.expect(']', hasComma || elements.length === 0 ? "']'" : "{']', ','}")
    return { kind: 'list', at, elements, optional }
  }

  #newMap(at: number): Expr {
    const entries: MapEntry[] = []
    while (!this.#tokens.is('}') && this.#tokens.next.kind !== 'end') {
      const isOptional = this.#tokens.accept('?') !== undefined
      const key = this.#expr()
      const colon = this.#tokens.expect(':')
      entries.push({ at: colon.at, key, value: this.#expr(), isOptional })
      if (this.#tokens.accept(',') === undefined) break
    }
    this.#tokens.expect('}')
    return { kind: 'map', at, entries }
  }

  /** `a.b.C{x: 1}`, of which the first name is read. */
  #newStruct(first: string): Expr | undefined {
    let [name, ahead] = [first, 0]
    const tokenAt = (at: number): Token | undefined => this.#tokens.ahead(at)
    while (tokenAt(ahead)?.text === '.' && tokenAt(ahead + 1)?.kind === 'name') {
      name += `.${tokenAt(ahead + 1)?.text ?? ''}`
      ahead += 2
    }
    const open = tokenAt(ahead)
    if (open?.kind !== 'sign' || open.text !== '{') return undefined
    this.#tokens.advance(ahead + 1)
    const fields: { at: number; name: string; value: Expr }[] = []
    while (!this.#tokens.is('}') && this.#tokens.next.kind !== 'end') {
      const field = this.#tokens.next
      this.#tokens.advance()
      const colon = this.#tokens.expect(':')
      fields.push({ at: colon.at, name: field.text, value: this.#expr() })
      if (this.#tokens.accept(',') === undefined) break
    }
    this.#tokens.expect('}')
    return { kind: 'struct', at: open.at, name, fields }
  }
}

/** The tree of an expression, macros expanded. Throws CompileError. */
export const parse = (text: string): Expr => new Parser(text).parse()

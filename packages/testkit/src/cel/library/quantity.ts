import { structType } from '../cel-type.ts'
import { CelError, LibraryValue } from '../cel-value.ts'
import { Decimal, parseQuantity, QuantityProblem } from '../go-quantity.ts'
import { global, member } from '../functions.ts'
import type { Library } from '../functions.ts'
import { maxInt, minInt } from '../literal.ts'

const type = structType('kubernetes.Quantity')

class QuantityValue extends LibraryValue {
  override readonly type = type
  readonly amount: Decimal

  constructor(amount: Decimal) {
    super()
    this.amount = amount
  }

  override equals(other: unknown): boolean {
    return other instanceof QuantityValue && other.amount.compare(this.amount) === 0
  }
}

const quantity = (text: string): QuantityValue => {
  try {
    return new QuantityValue(parseQuantity(text))
  } catch (error) {
    throw error instanceof QuantityProblem ? new CelError(error.message) : error
  }
}

const isQuantity = (text: string): boolean => {
  try {
    parseQuantity(text)
    return true
  } catch (error) {
    if (error instanceof QuantityProblem) return false
    throw error
  }
}

const integerOf = ({ amount }: QuantityValue): bigint | undefined => {
  const whole = amount.integer()
  return whole === undefined || amount.isBig || whole > maxInt || whole < minInt ? undefined : whole
}

const asInteger = (value: QuantityValue): bigint => {
  const whole = integerOf(value)
  if (whole === undefined) throw new CelError('cannot convert value to integer')
  return whole
}

const compare = (left: QuantityValue, right: QuantityValue): number => left.amount.compare(right.amount)
const added = ({ amount }: QuantityValue, other: Decimal): QuantityValue =>
  new QuantityValue(amount.add(other))

/** Kubernetes' quantities, exact. */
export const quantityLibrary = (): Library => [
  global('quantity(string): kubernetes.Quantity', quantity),
  global('isQuantity(string): bool', isQuantity),
  global('sign(kubernetes.Quantity): int', ({ amount }: QuantityValue) =>
    BigInt(amount.compare(new Decimal(0n, 0))),
  ),
  member(
    'kubernetes.Quantity.isGreaterThan(kubernetes.Quantity): bool',
    (left: QuantityValue, right: QuantityValue) => compare(left, right) > 0,
  ),
  member(
    'kubernetes.Quantity.isLessThan(kubernetes.Quantity): bool',
    (left: QuantityValue, right: QuantityValue) => compare(left, right) < 0,
  ),
  member(
    'kubernetes.Quantity.compareTo(kubernetes.Quantity): int',
    (left: QuantityValue, right: QuantityValue) => BigInt(compare(left, right)),
  ),
  member('kubernetes.Quantity.asApproximateFloat(): double', ({ amount }: QuantityValue) =>
    amount.approximate(),
  ),
  member('kubernetes.Quantity.asInteger(): int', asInteger),
  member('kubernetes.Quantity.isInteger(): bool', (value: QuantityValue) => integerOf(value) !== undefined),
  member(
    'kubernetes.Quantity.add(kubernetes.Quantity): kubernetes.Quantity',
    (left: QuantityValue, right: QuantityValue) => added(left, right.amount),
  ),
  member('kubernetes.Quantity.add(int): kubernetes.Quantity', (left: QuantityValue, right: bigint) =>
    added(left, new Decimal(right, 0)),
  ),
  member(
    'kubernetes.Quantity.sub(kubernetes.Quantity): kubernetes.Quantity',
    (left: QuantityValue, right: QuantityValue) => added(left, right.amount.negated()),
  ),
  member('kubernetes.Quantity.sub(int): kubernetes.Quantity', (left: QuantityValue, right: bigint) =>
    added(left, new Decimal(-right, 0)),
  ),
]

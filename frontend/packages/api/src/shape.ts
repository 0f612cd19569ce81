// Whether an answer has the shape that the service's OpenAPI description gives it. The compiler believes the types; a
// proxy, or another version of the service, may answer anything.

export interface Shape {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly $ref?: string;
}

export type Shapes = Readonly<Record<string, Shape>>;

/** Keys that the description does not know are allowed: a newer service may say more. */
export function fits(value: unknown, shape: Shape, shapes: Shapes): boolean {
  if (shape.$ref !== undefined) {
    const named = shapes[shape.$ref.slice(shape.$ref.lastIndexOf('/') + 1)];
    return named !== undefined && fits(value, named, shapes);
  }
  if (shape.anyOf !== undefined) return shape.anyOf.some((one) => fits(value, one, shapes));
  if (shape.const !== undefined && value !== shape.const) return false;
  if (shape.enum !== undefined && !shape.enum.includes(value)) return false;
  switch (shape.type) {
    case 'object':
      return isRecord(value) && fitsObject(value, shape, shapes);
    case 'array':
      return Array.isArray(value) && value.every((item) => fits(item, shape.items ?? {}, shapes));
    case 'integer':
      return Number.isInteger(value);
    case 'null':
      return value === null;
    case undefined:
      return true;
    default:
      return typeof value === shape.type;
  }
}

function fitsObject(value: Record<string, unknown>, shape: Shape, shapes: Shapes): boolean {
  const properties = Object.entries(shape.properties ?? {});
  return (
    (shape.required ?? []).every((name) => name in value) &&
    properties.every(([name, one]) => !(name in value) || fits(value[name], one, shapes))
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

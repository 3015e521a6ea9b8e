/**
 * An Arrow IPC file (random access, also known as Feather 2) with the columns `id` (utf8) and `vector` (a list of fixed size of float32), by
 * the package apache-arrow. The numbers are the bytes of the vectors, not copied one by one.
 */
import { assertLength } from '../../core/errors.js';
import { loadOptionalPackage, type OptionalPackage } from '../../core/optional-package.js';

/** The last version that LanceDB's client takes as well. */
const APACHE_ARROW: OptionalPackage = Object.freeze({ package: 'apache-arrow', version: '18.1.0' });

/** What we use of the package. */
interface ArrowLibrary {
  readonly Field: new (name: string, type: object, nullable: boolean) => object;
  readonly Float32: new () => object;
  readonly Utf8: new () => object;
  readonly FixedSizeList: new (size: number, child: object) => object;
  readonly Schema: new (fields: readonly object[]) => object;
  readonly Struct: new (fields: readonly object[]) => object;
  readonly RecordBatch: new (schema: object, data: object) => object;
  readonly Table: new (schema: object, batches: readonly object[]) => object;
  makeData(options: object): object;
  tableToIPC(table: object, form: 'file'): Uint8Array;
}

/**
 * @param vectors `[ids.length, embeddingDim]` row-major
 * @throws ConfigError `PACKAGE_MISSING`
 */
export function encodeArrowFile(ids: readonly string[], vectors: Float32Array, embeddingDim: number): Uint8Array {
  assertLength('vectors', vectors.length, ids.length * embeddingDim);
  const arrow = loadOptionalPackage<ArrowLibrary>('the format arrow', APACHE_ARROW);
  const element = new arrow.Field('element', new arrow.Float32(), false);
  const list = new arrow.FixedSizeList(embeddingDim, element);
  const fields = [new arrow.Field('id', new arrow.Utf8(), false), new arrow.Field('vector', list, false)];
  const numbers = arrow.makeData({ type: new arrow.Float32(), length: vectors.length, nullCount: 0, data: vectors });
  const columns = [
    arrow.makeData({ type: new arrow.Utf8(), length: ids.length, nullCount: 0, ...utf8Of(ids) }),
    arrow.makeData({ type: list, length: ids.length, nullCount: 0, child: numbers }),
  ];
  const rows = arrow.makeData({ type: new arrow.Struct(fields), length: ids.length, nullCount: 0, children: columns });
  const schema = new arrow.Schema(fields);
  return arrow.tableToIPC(new arrow.Table(schema, [new arrow.RecordBatch(schema, rows)]), 'file');
}

/** Bytes of all texts, and where each begins, `[texts.length + 1]`. */
function utf8Of(texts: readonly string[]): { readonly data: Uint8Array; readonly valueOffsets: Int32Array } {
  const valueOffsets = new Int32Array(texts.length + 1);
  const parts = texts.map((text) => Buffer.from(text));
  for (const [i, part] of parts.entries()) valueOffsets[i + 1] = valueOffsets[i] + part.length;
  return { data: Buffer.concat(parts), valueOffsets };
}

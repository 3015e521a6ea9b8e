/**
 * `tf.train.Example`: named lists of bytes, of float32, or of int64. The messages are those of tensorflow/core/example/example.proto and
 * feature.proto, written out here for protobufjs.
 */
import { loadOptionalPackage } from '../optional-package.js';

export type Feature =
  | { readonly kind: 'text'; readonly values: readonly string[] }
  | { readonly kind: 'float'; readonly values: ArrayLike<number> }
  /** Within ±2^53. */
  | { readonly kind: 'whole'; readonly values: ArrayLike<number> };

type Features = Readonly<Record<string, Feature>>;

/** What we use of the package. */
interface ProtobufLibrary {
  readonly Root: { fromJSON(json: object): { lookupType(name: string): MessageType } };
}
interface MessageType {
  encode(message: object): { finish(): Uint8Array };
  decode(bytes: Uint8Array): object;
  toObject(message: object, options: { readonly longs: unknown; readonly arrays: boolean }): object;
}

const PROTOBUF = Object.freeze({ package: 'protobufjs', version: '8.8.1' });
const repeated = (type: string, packed: boolean) => ({
  fields: { value: { rule: 'repeated', type, id: 1, ...(packed && { options: { packed: true } }) } },
});
const MESSAGES = {
  nested: {
    BytesList: repeated('bytes', false),
    FloatList: repeated('float', true),
    Int64List: repeated('int64', true),
    Feature: {
      oneofs: { kind: { oneof: ['bytesList', 'floatList', 'int64List'] } },
      fields: {
        bytesList: { type: 'BytesList', id: 1 },
        floatList: { type: 'FloatList', id: 2 },
        int64List: { type: 'Int64List', id: 3 },
      },
    },
    Features: { fields: { feature: { keyType: 'string', type: 'Feature', id: 1 } } },
    Example: { fields: { features: { type: 'Features', id: 1 } } },
  },
};

export class ExampleCoder {
  private readonly example: MessageType;

  /** @throws ConfigError `PACKAGE_MISSING` */
  constructor() {
    this.example = loadOptionalPackage<ProtobufLibrary>('TFRecord', PROTOBUF)
      .Root.fromJSON(MESSAGES)
      .lookupType('Example');
  }

  encode(features: Features): Uint8Array {
    const feature = Object.fromEntries(Object.entries(features).map(([name, list]) => [name, messageOf(list)]));
    return this.example.encode({ features: { feature } }).finish();
  }

  /** Lists that hold nothing come back as texts. */
  decode(bytes: Uint8Array): Features {
    const options = { longs: Number, arrays: true };
    const { features } = this.example.toObject(this.example.decode(bytes), options) as { features?: StoredFeatures };
    return Object.fromEntries(Object.entries(features?.feature ?? {}).map(([name, list]) => [name, featureOf(list)]));
  }
}

interface StoredFeature {
  readonly bytesList?: { readonly value: readonly Uint8Array[] };
  readonly floatList?: { readonly value: readonly number[] };
  readonly int64List?: { readonly value: readonly number[] };
}
interface StoredFeatures {
  readonly feature?: Readonly<Record<string, StoredFeature>>;
}

function messageOf(list: Feature): object {
  switch (list.kind) {
    case 'text':
      return { bytesList: { value: list.values.map((text) => Buffer.from(text)) } };
    case 'float':
      return { floatList: { value: list.values } };
    case 'whole':
      return { int64List: { value: list.values } };
  }
}

function featureOf({ bytesList, floatList, int64List }: StoredFeature): Feature {
  if (floatList) return { kind: 'float', values: floatList.value };
  if (int64List) return { kind: 'whole', values: int64List.value };
  return { kind: 'text', values: (bytesList?.value ?? []).map((bytes) => Buffer.from(bytes).toString('utf8')) };
}

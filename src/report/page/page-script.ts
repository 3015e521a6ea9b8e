/** The page's script: the source text of the functions in `client/`, which run in a browser and use nothing but each other. */
import { bytesOfBase64, pageData } from './client/decode.js';
import { startItemMap } from './client/item-map.js';
import { startItemSearch } from './client/item-search.js';
import { startNeighbours } from './client/neighbours.js';
import { startStageTrace } from './client/stage-trace.js';
import { type ScriptParts, startPage } from './client/start-page.js';
import { startTheme } from './client/theme.js';

const PARTS: ScriptParts = {
  pageData,
  bytesOfBase64,
  startTheme,
  startItemSearch,
  startItemMap,
  startNeighbours,
  startStageTrace,
};

export function pageScript(): string {
  const parts = Object.entries(PARTS).map(([name, part]) => `${name}: ${part}`);
  return `(${startPage})({\n${parts.join(',\n')}\n});`;
}

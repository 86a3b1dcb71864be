// The process that is measured, for the other engines. Its packages are this folder's own.
import { serve } from '../turns/serve.ts';
import { startDbos } from './dbos.ts';
import { startLangGraph } from './langgraph.ts';
import { startRestate } from './restate.ts';

await serve((name, options) => {
  if (name === 'dbos') return startDbos(options);
  if (name === 'langgraph') return startLangGraph(options);
  return startRestate(options);
});

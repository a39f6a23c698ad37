import { attentionNetwork } from '../packages/attack-msanet/src/attention/network.js';
import { maskGradientGraph } from '../packages/attack-msanet/src/attention/multigranular-attention.js';
import { heads } from '../packages/attack-msanet/src/attention/heads.js';
import { createOrtRuntime } from '@msanet/runtime-ort';
import { encodeModel } from '@msanet/onnx';
import { writeFileSync } from 'node:fs';
const size={frames:40,height:96,width:96}; const channels=5;
const net=attentionNetwork({size,channels,heads});
const grad=maskGradientGraph(net);
writeFileSync('/tmp/s/prof/fwd.onnx',encodeModel(net)); writeFileSync('/tmp/s/prof/bwd.onnx',encodeModel(grad));
const rt=await createOrtRuntime({threads:1});
for(const [n,m] of [['forward',net],['backward',grad]] as const){
  const s=await rt.load(m,{spinning:false});
  const feeds=Object.fromEntries(m.graph.inputs.map((i:any)=>[i.name,{dtype:'float32',shape:i.shape,data:new Float32Array(i.shape.reduce((a:number,b:number)=>a*b,1)).map(()=>Math.random())}]));
  const t:number[]=[]; for(let k=0;k<6;k++){const a=performance.now(); await s.run(feeds as any); t.push(performance.now()-a);} console.log(n,m.graph.nodes.length,t.map(x=>x.toFixed(0)).join(' '));
}

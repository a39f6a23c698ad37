import {
  clipAt,
  clipSize,
  copyClips,
  emptyClips,
  isZeroBudget,
  logitsOf,
  type AttackContext,
  type Budget,
  type ClipBatch,
  type GradientJudgement,
  type Judgement,
  type Loss,
  type LossForm,
} from '@msanet/core';
import { perturbationNorms, perturbationSize } from './perturbation-size.js';
import type {
  Answer,
  GradientAnswer,
  Question,
  Search,
  SearchLoss,
  SearchSubject,
} from './search.js';

/** What the searches of a batch have in common. */
export interface SearchPlan {
  /** Most questions that a search asks. */
  readonly questions: number;
  /**
   * Whether every clip is rounded to 8 bits before the victim is asked: only what survives rounding counts. Otherwise
   * clips are asked about in float, as in the papers.
   */
  readonly rounded: boolean;
  /** The least margin at which an adversarial clip counts, in logits; 0 by default. */
  readonly confidence?: number;
  /** What is to be small about a clip; the norm of the budget by default. */
  readonly measure?: (clip: Float32Array, clean: Float32Array) => number;
  /** Whether a clip is done as soon as any version of it counts; false by default. */
  readonly stopAtFirst?: boolean;
}

/**
 * Searches the smallest adversarial perturbation of each clip: the skeleton of the minimum-norm attacks.
 *
 * The budget says which norm is minimised and is the outer bound: every clip that a search asks about is moved inside the
 * budget and [0, 1] and, with `rounded`, onto the 8-bit grid, and the victim's answer about that clip is what the search
 * learns from. So a wide budget leaves a search alone, and in a narrow one it looks for what the budget allows.
 *
 * The smallest version that the victim found adversarial is returned, of equally small ones the one that changes values
 * least on average. Where none was adversarial, it is the version with the highest margin. A clip leaves the batch when its
 * search ends, when its queries are used up, or when nothing smaller is possible on the 8-bit grid.
 */
export async function searchEach(
  context: AttackContext,
  plan: SearchPlan,
  search: (subject: SearchSubject) => Search,
): Promise<ClipBatch> {
  if (isZeroBudget(context.budget)) return copyClips(context.clips);
  const side = new SearchesSideBySide(context, plan, search);
  for (let round = 1; side.isOpen; round++) await side.ask(round);
  return side.result;
}

/** A search under way, with the question that it waits on. */
interface OpenSearch {
  readonly clip: number;
  readonly search: Search;
  question: Question;
}

/** What is known of the version to return. */
interface Found {
  /** Whether it counts as adversarial. */
  readonly counts: boolean;
  readonly size: number;
  /** Sum of absolute changes: decides between equal sizes. */
  readonly change: number;
  readonly margin: number;
}

class SearchesSideBySide {
  readonly result: ClipBatch;
  readonly #context: AttackContext;
  readonly #plan: SearchPlan;
  readonly #found: (Found | undefined)[];
  #open: readonly OpenSearch[];

  constructor(
    context: AttackContext,
    plan: SearchPlan,
    search: (subject: SearchSubject) => Search,
  ) {
    const { clips, criteria, budget, random } = context;
    this.result = copyClips(clips);
    this.#context = context;
    this.#plan = plan;
    this.#found = criteria.map(() => undefined);
    this.#open = criteria.flatMap((criterion, clip) => {
      const own = search({
        clean: clipAt(clips, clip),
        criterion,
        norm: budget.norm,
        bound: boundOf(budget),
        size: clipSize(clips),
        random: random(clip),
      });
      const first = own.next();
      return first.done ? [] : [{ clip, search: own, question: first.value }];
    });
    this.#dropExhausted();
  }

  /** Whether a search waits on an answer. */
  get isOpen(): boolean {
    return this.#open.length > 0;
  }

  /** Answers the question of every open search. */
  async ask(round: number): Promise<void> {
    const open = this.#open;
    const answers = new Map<OpenSearch, Answer | GradientAnswer>();
    for (const group of groupedByLoss(open)) {
      for (const [row, answer] of (await this.#answersTo(group)).entries()) {
        answers.set(group[row], answer);
        this.#keepIfBetter(group[row].clip, answer);
      }
    }
    this.#open = open.filter((each) => {
      if (this.#isDone(each.clip)) return false;
      const next = each.search.next(answers.get(each) as Answer);
      if (next.done) return false;
      each.question = next.value;
      return true;
    });
    this.#report(round, open, answers);
    this.#dropExhausted();
  }

  /** One question to the victim, about a row per search. */
  async #answersTo(group: readonly OpenSearch[]): Promise<(Answer | GradientAnswer)[]> {
    const { victim, clips, project, round } = this.#context;
    const rows = emptyClips(group.length, clipSize(clips));
    const of = group.map(({ clip }) => clip);
    group.forEach(({ question }, row) => clipAt(rows, row).set(question.clip));
    if (this.#plan.rounded) round(rows, of);
    else project(rows, of);
    const losses = group.flatMap(({ question: { loss } }) => (loss === undefined ? [] : [loss]));
    if (losses.length === 0) return answersFrom(await victim.predict(rows, of), rows);
    return answersFrom(await victim.lossGradient(rows, of, lossOfRows(losses)), rows);
  }

  #keepIfBetter(clip: number, { clip: candidate, adversarial, margin }: Answer): void {
    const { clips, budget } = this.#context;
    const { rounded, confidence = 0, measure } = this.#plan;
    const clean = clipAt(clips, clip);
    const counts = adversarial && margin >= confidence;
    const best = this.#found[clip];
    if (best !== undefined && best.counts && !counts) return;
    if (!counts) {
      if (best === undefined || margin > best.margin) {
        this.#keep(clip, candidate, { counts, size: Infinity, change: Infinity, margin });
      }
      return;
    }
    const sizes = perturbationNorms(candidate, clean, rounded);
    const size =
      measure?.(candidate, clean) ??
      (budget.norm === 'l0' || budget.norm === 'frames'
        ? perturbationSize(candidate, clean, budget.norm, clipSize(clips), rounded)
        : sizes[budget.norm]);
    if (best?.counts && size > best.size) return;
    const change = sizes.l1;
    if (best?.counts && size === best.size && change >= best.change) return;
    this.#keep(clip, candidate, { counts, size, change, margin });
  }

  #keep(clip: number, candidate: Float32Array, found: Found): void {
    this.#found[clip] = found;
    clipAt(this.result, clip).set(candidate);
  }

  /** Whether a clip needs no further questions. */
  #isDone(clip: number): boolean {
    const found = this.#found[clip];
    if (found === undefined || !found.counts) return false;
    if (this.#plan.stopAtFirst) return true;
    if (!this.#plan.rounded || this.#plan.measure !== undefined) return false;
    return found.size <= (this.#context.budget.norm === 'l0' ? 1 : 1 / 255);
  }

  #dropExhausted(): void {
    const { victim } = this.#context;
    this.#open = this.#open.filter(({ clip }) => victim.queriesLeft(clip) >= 1);
  }

  #report(
    round: number,
    asked: readonly OpenSearch[],
    answers: ReadonlyMap<OpenSearch, Answer | GradientAnswer>,
  ): void {
    const losses = asked.flatMap((each) => {
      const answer = answers.get(each);
      return answer !== undefined && 'loss' in answer ? [answer.loss] : [];
    });
    this.#context.report({
      step: round,
      steps: this.#plan.questions,
      of: asked.map(({ clip }) => clip),
      ...(losses.length === asked.length ? { loss: losses } : {}),
    });
  }
}

/** The largest perturbation that a budget allows, in its norm. */
function boundOf(budget: Budget): number {
  return budget.norm === 'l0' ? budget.pixels : budget.epsilon;
}

/** Questions about the same kind of loss go to the victim together. */
function groupedByLoss(open: readonly OpenSearch[]): OpenSearch[][] {
  const groups = new Map<string, OpenSearch[]>();
  for (const each of open) {
    const kind = each.question.loss?.kind ?? 'forward';
    groups.set(kind, [...(groups.get(kind) ?? []), each]);
  }
  return [...groups.values()];
}

/** The loss of a batch, from the losses of its rows, all of one kind. */
function lossOfRows(losses: readonly SearchLoss[]): LossForm | Loss {
  const [first] = losses;
  if (first.kind !== 'logit-difference') return first;
  const pairs = losses.flatMap((loss) => (loss.kind === 'logit-difference' ? [loss] : []));
  return {
    kind: 'logit-difference',
    labels: pairs.map(({ label }) => label),
    targets: pairs.map(({ target }) => target),
  };
}

function answersFrom(
  judgement: Judgement | GradientJudgement,
  rows: ClipBatch,
): (Answer | GradientAnswer)[] {
  return judgement.adversarial.map((adversarial, row) => ({
    clip: clipAt(rows, row),
    logits: logitsOf(judgement.logits, row),
    adversarial,
    margin: judgement.margin[row],
    ...('gradient' in judgement
      ? { loss: judgement.loss[row], gradient: clipAt(judgement.gradient, row) }
      : {}),
  }));
}

// A question before something that cannot be undone: `if (await confirmed({ … })) …`.

export interface Question {
  title: string;
  text: string;
  /** The word on the button that does it. */
  yes: string;
  danger?: boolean;
}

class Asking {
  question = $state.raw<Question | null>(null);
  #answer: (yes: boolean) => void = () => {};

  ask(question: Question): Promise<boolean> {
    this.#answer(false);
    this.question = question;
    return new Promise((resolve) => (this.#answer = resolve));
  }

  answer(yes: boolean): void {
    this.question = null;
    this.#answer(yes);
  }
}

export const asking = new Asking();
export const confirmed = (question: Question): Promise<boolean> => asking.ask(question);

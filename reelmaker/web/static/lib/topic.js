// A topic on its way to become a problem: from the list of topics to the form. It is nowhere but in this page.
let waiting = null;

export const giveTopic = (texts) => (waiting = texts);

export function takeTopic() {
  const texts = waiting;
  waiting = null;
  return texts;
}

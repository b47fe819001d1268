/**
 * A decision in four steps of the keyboard: the key d (web/keyboard/), one sentence, Ctrl+Enter, and Enter when the words were read
 * back. What the server answers stands in the dialog; nothing is settled by a key that is merely held down.
 */

interface Answered extends CustomEvent {
  detail: { ctx: { response?: { status: number }; sourceElement: Element } };
}

export function startDecisions(): void {
  document.addEventListener("htmx:finally:request", clearAnswer as EventListener);
  const dialog = document.querySelector<HTMLDialogElement>("#quick-decision");
  const ask = dialog?.querySelector<HTMLFormElement>("#quick-ask");
  const confirm = dialog?.querySelector<HTMLElement>("#quick-confirm");
  if (!dialog || !ask || !confirm) return;
  const open = (): void => {
    if (!dialog.open) dialog.showModal();
    ask.querySelector("textarea")?.focus();
  };
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-quick-decision]")) open();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    if (event.repeat) event.preventDefault();
    else if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      if (ask.contains(event.target as Node)) ask.requestSubmit();
    }
  });
  dialog.addEventListener("close", () => {
    confirm.replaceChildren();
    ask.querySelector(".form-answer")?.replaceChildren();
    // Told of a moment later: by then a quick hand has opened it again, and what was there had the focus.
    if (dialog.open) ask.querySelector("textarea")?.focus();
  });
  ask.addEventListener("htmx:finally:request", ((event: Answered) => {
    const { response, sourceElement } = event.detail.ctx;
    if (sourceElement !== ask || !response || response.status >= 400) return;
    ask.reset();
    // Who may not settle has proposed, and is done.
    if (!confirm.childElementCount) dialog.close();
  }) as EventListener);
}

/** What an earlier try was answered goes when a later one succeeds. */
function clearAnswer(event: Answered): void {
  const { response, sourceElement } = event.detail.ctx;
  if (response && response.status < 400) sourceElement.querySelector(".form-answer")?.replaceChildren();
}

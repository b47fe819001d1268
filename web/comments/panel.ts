/** The list of comments: what was sent is cleared and confirmed, what was seen is read, links lead to the words. */
import { t } from "../strings.ts";

const SEEN = 1500; // milliseconds on the screen until a thread counts as read
const SAID = 6000;

interface HtmxEvent extends CustomEvent {
  detail: { ctx: { response?: { status: number }; sourceElement: Element } };
}

/** Fetch the list and the passages anew, as when the server says that they changed. */
export function refresh(): void {
  document.dispatchEvent(new CustomEvent("roundtable:comments"));
}

export class CommentsPanel {
  private readonly toast = document.createElement("p");
  private timer = 0;
  private readonly waiting = new Map<Element, number>();
  private readonly seen: IntersectionObserver;

  constructor(
    private readonly url: string,
    private readonly csrf: string,
    private readonly onSwap: () => void,
  ) {
    this.toast.className = "comment-toast";
    this.toast.setAttribute("role", "status");
    document.body.append(this.toast);
    this.seen = new IntersectionObserver((entries) => entries.forEach((entry) => this.onSight(entry)), { threshold: 0.6 });
    document.addEventListener("htmx:after:request", this.onAnswered as EventListener);
    document.addEventListener("htmx:after:swap", () => this.look());
    this.look();
  }

  say(text: string): void {
    window.clearTimeout(this.timer);
    this.toast.textContent = text;
    this.timer = window.setTimeout(() => this.toast.replaceChildren(), SAID);
  }

  private readonly onAnswered = ({ detail }: HtmxEvent): void => {
    const { response, sourceElement } = detail.ctx;
    if (!response) return;
    // Somebody was faster: what stands here is not what there is any more.
    if (response.status === 409 && sourceElement.closest("#comments")) refresh();
    if (response.status >= 400) return;
    if (sourceElement.closest("#comment-dialog")) this.say(t("comment.saved"));
    const form = sourceElement.closest<HTMLFormElement>("#comments form[method=post]");
    if (!form) return;
    form.reset();
    form.querySelector(".form-answer")?.replaceChildren();
    const fold = form.closest<HTMLDetailsElement>("details.inline-edit");
    if (fold?.open) {
      fold.open = false;
      fold.querySelector("summary")?.focus({ preventScroll: true });
    }
  };

  private look(): void {
    const list = document.getElementById("comments");
    if (!list) return;
    if (list.dataset.said) {
      this.say(list.dataset.said);
      list.dataset.said = "";
    }
    for (const thread of list.querySelectorAll("[data-unread]")) this.seen.observe(thread);
    this.onSwap();
  }

  private onSight({ target, isIntersecting }: IntersectionObserverEntry): void {
    window.clearTimeout(this.waiting.get(target));
    this.waiting.delete(target);
    if (isIntersecting) this.waiting.set(target, window.setTimeout(() => this.read(target), SEEN));
  }

  /** Their mark stays until the list comes anew: nothing jumps under somebody who reads. */
  private read(thread: Element): void {
    if (document.visibilityState !== "visible" || !thread.hasAttribute("data-unread")) return;
    this.seen.unobserve(thread);
    const body = new URLSearchParams({ csrf: this.csrf, thread: thread.getAttribute("data-thread") ?? "" });
    void fetch(`${this.url}/read`, { method: "POST", body, headers: { "X-CSRF-Token": this.csrf } }).catch(() => undefined);
  }
}

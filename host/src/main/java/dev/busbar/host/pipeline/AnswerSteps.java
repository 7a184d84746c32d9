package dev.busbar.host.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What looks at an answer on its way out, the last one registered first. Registered before the hand-over, then used by
 * one thread after the other.
 */
final class AnswerSteps {
    private final List<AnswerHold> steps = new ArrayList<>(2);

    /** One that never keeps an answer back. */
    private record Pass(Consumer<Answer> step) implements AnswerHold {
        @Override
        public void hold(Answer answer, Runnable onwards) {
            step.accept(answer);
        }
    }

    void add(Consumer<Answer> step) {
        steps.add(new Pass(step));
    }

    void add(AnswerHold hold) {
        steps.add(hold);
    }

    /** Shows a streamed answer to all of them. */
    void pass(Answer answer) {
        for (int i = steps.size() - 1; i >= 0; i--) {
            steps.get(i).hold(answer, () -> {});
        }
    }

    /**
     * Takes a whole answer past all of them.
     *
     * @param guard runs what is left when one has kept the answer back, and sees to what goes wrong there
     * @param last what is behind them
     */
    void pass(Answer answer, Consumer<Runnable> guard, Runnable last) {
        pass(answer, steps.size() - 1, guard, last);
    }

    private void pass(Answer answer, int from, Consumer<Runnable> guard, Runnable last) {
        for (int i = from; i >= 0; i--) {
            AnswerHold step = steps.get(i);
            if (!(step instanceof Pass)) {
                int rest = i - 1;
                step.hold(answer, () -> guard.accept(() -> pass(answer, rest, guard, last)));
                return;
            }
            step.hold(answer, () -> {});
        }
        last.run();
    }
}

package dev.busbar.host.openapi;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/** Types of all shapes in requests and responses. */
final class Shapes {
    private Shapes() {}

    enum Colour {
        RED,
        GREEN {
            @Override
            public String toString() {
                return "grass";
            }
        }
    }

    record Plain(String name, int count, long size, double share, boolean on, char letter) {}

    record Boxed(
            @Nullable Integer count,
            @Nullable Double share,
            @Nullable Boolean on,
            @Nullable String name,
            @Nullable Colour colour,
            @Nullable Plain plain) {}

    record Absent(Optional<String> name, Optional<Instant> at, Optional<Plain> plain, Optional<Colour> colour) {}

    record Times(Instant at, LocalDate day, Duration length) {}

    record Precise(BigDecimal amount, UUID id, byte[] bytes) {}

    record Many(List<String> names, List<Plain> plains, Map<String, Integer> counts, Colour[] colours) {}

    record Tree(String name, List<Tree> children, @Nullable Tree parent) {}

    record Page<T>(List<T> items, @Nullable String next) {}

    record Paged(Page<Plain> plains, Page<Times> times) {}

    record Free(Object anything, Map<String, @Nullable Object> more) {}

    @NullUnmarked
    record Unmarked(String name, Integer count, int plain) {}

    record Derived(String first, String last) {
        public String getFull() {
            return first + " " + last;
        }

        public boolean isShort() {
            return first.length() < 3;
        }

        public String shout() {
            return first;
        }
    }

    sealed interface Figure permits Circle, Square {}

    record Circle(double radius) implements Figure {}

    record Square(double side, @Nullable String label) implements Figure {}

    record Drawing(Figure figure, List<Figure> others) {}

    static final class Bean {
        private String name = "";
        private int unseen = 1;

        public String getName() {
            return name;
        }

        public void setName(String value) {
            name = value;
        }

        int unseen() {
            return unseen++;
        }
    }
}

package dev.busbar.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenedTest {
    private final List<String> closed = new ArrayList<>();

    @Test
    void resources_are_closed_in_reverse_order() {
        Opened opened = new Opened();
        for (String name : List.of("first", "second", "third")) {
            opened.add(name, () -> closed.add(name));
        }

        opened.close();

        assertThat(closed).containsExactly("third", "second", "first");
    }

    @Test
    void a_resource_that_cannot_be_closed_keeps_no_other_open() {
        Opened opened = new Opened();
        opened.add("first", () -> closed.add("first"));
        opened.add("broken", () -> {
            throw new IOException("no");
        });
        opened.add("interrupted", () -> {
            throw new InterruptedException();
        });

        opened.close();

        assertThat(closed).containsExactly("first");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void a_second_close_closes_nothing_again() {
        Opened opened = new Opened();
        opened.add("one", () -> closed.add("one"));

        opened.close();
        opened.close();

        assertThat(closed).containsExactly("one");
    }

    @Test
    void a_resource_whose_adding_fails_is_closed_all_the_same() {
        Opened opened = new Opened(name -> {
            throw new IllegalStateException(name);
        });

        assertThatThrownBy(() -> opened.add("one", () -> closed.add("one"))).hasMessage("one");
        opened.close();

        assertThat(closed).containsExactly("one");
    }
}

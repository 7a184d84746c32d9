package dev.busbar.host.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NodeTest {
    @TempDir
    Path data;

    @Test
    void a_node_keeps_its_name_over_restarts() throws IOException {
        Node first = Node.open(data);

        assertThat(Node.open(data)).isEqualTo(first);
        assertThat(Files.readString(data.resolve("node"))).isEqualTo(first.name() + "\n");
    }

    @Test
    void an_operator_may_choose_the_name() throws IOException {
        Files.writeString(data.resolve("node"), "rack-7.example\n");

        assertThat(Node.open(data)).isEqualTo(new Node("rack-7.example"));
    }

    @Test
    void a_file_without_a_name_is_an_error_that_says_where() throws IOException {
        Files.writeString(data.resolve("node"), "Two Words");

        assertThatThrownBy(() -> Node.open(data))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(data.resolve("node").toString());
    }

    @Test
    void a_name_is_one_word_of_the_allowed_characters() {
        assertThatThrownBy(() -> new Node("")).hasMessageContaining("expected: at most 63 small letters");
        assertThatThrownBy(() -> new Node("Rack")).hasMessageContaining("\"Rack\"");
    }
}

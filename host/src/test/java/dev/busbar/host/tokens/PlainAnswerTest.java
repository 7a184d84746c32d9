package dev.busbar.host.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainAnswerTest {
    private static String body(String answer) throws IOException {
        String text = answer.replace("|", "\r\n");
        byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
        return new String(new PlainAnswer(new ByteArrayInputStream(octets)).body(10), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK|Content-Length: 5||hello",
                "HTTP/1.1 200|content-length:5||hello and more",
                "HTTP/1.0 200 OK||hello",
                "HTTP/1.1 200 OK|Transfer-Encoding: chunked||2;x=y|he|3|llo|0||",
                "HTTP/1.1 200 OK|X: 1|X: 2|Content-Encoding: identity||hello"
            })
    void a_plain_answer_is_read(String answer) throws Exception {
        assertThat(body(answer)).isEqualTo("hello");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK",
                "HTTP/1.1 20",
                "HTTP/2 200||hello",
                "SSH-2.0||hello",
                "HTTP/1.1 204 None||",
                "HTTP/1.1 206 Part|Content-Length: 5||hello",
                "HTTP/1.1 302 Found|Location: http://127.0.0.1/||",
                "HTTP/1.1 500 Oh||hello",
                "HTTP/1.1 200 OK|Content-Length: 6||hello",
                "HTTP/1.1 200 OK|Content-Length: 11||hello world",
                "HTTP/1.1 200 OK||hello world",
                "HTTP/1.1 200 OK|Content-Length: -1||hello",
                "HTTP/1.1 200 OK|Content-Length: 99999999999||hello",
                "HTTP/1.1 200 OK|Content-Length: 5|Content-Length: 5||hello",
                "HTTP/1.1 200 OK|Content-Length: 5|Transfer-Encoding: chunked||5|hello|0||",
                "HTTP/1.1 200 OK|Transfer-Encoding: gzip, chunked||5|hello|0||",
                "HTTP/1.1 200 OK|Transfer-Encoding: chunked||x|hello|0||",
                "HTTP/1.1 200 OK|Transfer-Encoding: chunked||fffffff|hello|0||",
                "HTTP/1.1 200 OK|Transfer-Encoding: chunked||5|hello5|world|0||",
                "HTTP/1.1 200 OK|Transfer-Encoding: chunked||6|hello |5|world|0||",
                "HTTP/1.1 200 OK|Transfer-Encoding: chunked||5|hello|",
                "HTTP/1.1 200 OK|Content-Encoding: gzip||hello",
                "HTTP/1.1 200 OK|no colon||hello"
            })
    void anything_else_is_refused(String answer) {
        assertThatThrownBy(() -> body(answer)).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"X: ", "X"})
    void a_head_without_end_is_refused(String start) {
        assertThatThrownBy(() -> body("HTTP/1.1 200 OK|" + start + "y".repeat(20_000)))
                .hasMessageContaining("head");
    }
}

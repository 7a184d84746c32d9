package dev.busbar.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** Asks for a comment on every public and protected member, which the compiler can only ask for together with tags. */
class DocumentedApiTest {
    private final List<String> seen = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();

    @Test
    void every_public_or_protected_member_has_a_comment() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, files, null, List.of("-proc:none"), null, files.getJavaFileObjectsFromPaths(sources()));
            Members members = new Members(DocTrees.instance(task));
            for (CompilationUnitTree unit : task.parse()) {
                members.scan(unit, null);
            }
        }

        assertThat(seen).hasSizeGreaterThan(80);
        assertThat(missing).as("members of the API without a comment").isEmpty();
    }

    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String module : List.of("../api", "../testkit")) {
            try (Stream<Path> found = Files.walk(Path.of(module, "src/main/java"))) {
                found.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
            }
        }
        return sources;
    }

    /** Goes down into visible types only, and never into a body. */
    private final class Members extends TreePathScanner<Void, Void> {
        private final DocTrees trees;

        Members(DocTrees trees) {
            this.trees = trees;
        }

        @Override
        public Void visitClass(ClassTree type, Void nothing) {
            return look(type.getModifiers(), type.getSimpleName().toString()) ? super.visitClass(type, null) : null;
        }

        @Override
        public Void visitMethod(MethodTree method, Void nothing) {
            look(method.getModifiers(), method.getName().toString());
            return null;
        }

        @Override
        public Void visitVariable(VariableTree field, Void nothing) {
            look(field.getModifiers(), field.getName().toString());
            return null;
        }

        private boolean look(ModifiersTree modifiers, String name) {
            Set<Modifier> flags = modifiers.getFlags();
            boolean visible = flags.contains(Modifier.PUBLIC) || flags.contains(Modifier.PROTECTED) || isOfInterface();
            boolean inherits = modifiers.getAnnotations().stream()
                    .anyMatch(annotation ->
                            annotation.getAnnotationType().toString().equals("Override"));
            if (visible && !inherits) {
                String where =
                        getCurrentPath().getCompilationUnit().getSourceFile().getName() + ": " + name;
                seen.add(where);
                String comment = trees.getDocComment(getCurrentPath());
                if (comment == null || comment.isBlank()) {
                    missing.add(where);
                }
            }
            return visible;
        }

        private boolean isOfInterface() {
            TreePath parent = getCurrentPath().getParentPath();
            return parent.getLeaf().getKind() == Tree.Kind.INTERFACE;
        }
    }
}

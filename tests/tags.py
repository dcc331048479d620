"""The tags of a page of HTML, for the tests of every page that is written."""

from html.parser import HTMLParser


class Tags(HTMLParser):
    """Tags with their attributes, and whether all are closed in turn but those that hold nothing."""

    def __init__(self, text, *, void):
        super().__init__()
        self.void = void
        self.stack, self.tags = [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.void:
            self.stack.append(tag)

    def handle_endtag(self, tag):
        assert tag in self.void or self.stack.pop() == tag, tag

    def named(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]

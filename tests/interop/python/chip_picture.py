"""python chip_picture.py CHIP.gds OUT.png [X0 Y0 X1 Y1 in um]: a picture, as KLayout draws it."""

import sys

sys.path.append(sys.path.pop(0))
import klayout.db as kdb
import klayout.lay as lay

view = lay.LayoutView()
view.load_layout(sys.argv[1], True)
view.max_hier()
view.set_config("background-color", "#ffffff")
view.set_config("grid-visible", "false")
view.set_config("text-visible", "false")
colours = {(1, 0): 0x1F5FBF, (34, 0): 0x1E9E5A, (47, 0): 0xD97B00, (41, 0): 0x888888, (45, 0): 0xC23B3B, (46, 0): 0x222222, (99, 0): 0xCFC7B0, (3, 0): 0x1F5FBF, (11, 0): 0xD97B00, (12, 0): 0x888888, (13, 0): 0x222222}
it = view.begin_layers()
while not it.at_end():
    node = it.current()
    colour = colours.get((node.source_layer, node.source_datatype))
    node.visible = colour is not None
    if colour is not None:
        node.fill_color = node.frame_color = colour
        node.dither_pattern = 2 if (node.source_layer, node.source_datatype) in {(99, 0), (45, 0), (41, 0)} else 0
    view.set_layer_properties(it, node)
    it.next()
whole = view.active_cellview().layout().top_cell().dbbox()
box = kdb.DBox(*map(float, sys.argv[3:7])) if len(sys.argv) > 3 else whole.enlarged(0.02 * whole.width())
view.zoom_box(box)
view.save_image(sys.argv[2], 1600, max(400, min(1600, round(1600 * box.height() / box.width()))))
